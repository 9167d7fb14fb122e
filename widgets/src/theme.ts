/** Light or dark: what the host says of itself, else what the reader's system prefers; and when that changes. */

export type Theme = "light" | "dark";

/** A theme that somebody wants, whatever the host has; null for "auto" and everything else. */
export const asTheme = (value: unknown): Theme | null => (value === "light" || value === "dark" ? value : null);

/** The markers of the hosts, in the order in which they are believed. */
export function hostTheme(body: HTMLElement, root: HTMLElement): Theme | null {
  const jupyter = body.getAttribute("data-jp-theme-light");
  if (jupyter !== null) return jupyter === "false" ? "dark" : "light";
  const code = body.getAttribute("data-vscode-theme-kind");
  if (code !== null) return code === "vscode-dark" || code === "vscode-high-contrast" ? "dark" : "light";
  if (body.classList.contains("vscode-dark")) return "dark";
  if (body.classList.contains("vscode-light") || body.classList.contains("vscode-high-contrast-light")) return "light";
  if (body.classList.contains("vscode-high-contrast")) return "dark";
  const colab = root.getAttribute("theme");
  if (colab !== null) return colab === "dark" ? "dark" : "light";
  return null;
}

export interface Following {
  /** Looks again: what is wanted may have changed. */
  look(): void;
  stop(): void;
}

/** Calls back at once and whenever the theme changes: the wanted one, else the host's, else the system's. */
export function followTheme(wanted: () => Theme | null, apply: (theme: Theme) => void): Following {
  const { body, documentElement: root } = document;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  let last: Theme | null = null;
  const look = (): void => {
    const theme = wanted() ?? hostTheme(body, root) ?? (system.matches ? "dark" : "light");
    if (theme === last) return;
    last = theme;
    apply(theme);
  };
  const observer = new MutationObserver(look);
  const attributeFilter = ["class", "data-jp-theme-light", "data-vscode-theme-kind", "theme"];
  for (const element of [body, root]) observer.observe(element, { attributes: true, attributeFilter });
  system.addEventListener("change", look);
  look();
  return {
    look,
    stop: () => {
      observer.disconnect();
      system.removeEventListener("change", look);
    },
  };
}
