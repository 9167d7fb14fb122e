"""Browser tests; a package, so that its JupyterLab and its Chromium end with its last test."""
