"""The magic in a real kernel: what Jupyter is answered, and what an interrupt from outside leaves behind."""

import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_core.utils import ensure_event_loop

VIEW = "application/vnd.jupyter.widget-view+json"
LEAF = "w = mg.tensor([2., 3.], requires_grad=True)"


class Kernel:
    """A kernel that answers."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def __call__(self, cell, cell_id=None, interrupt=False):
        """Run a cell, if so wished until it prints something; return the reply and the messages, type by type."""
        message = self.client.session.msg(
            "execute_request",
            {"code": cell, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True},
            metadata={"cellId": cell_id} if cell_id else {},
        )
        self.client.shell_channel.send(message)
        sent = {}
        while True:
            got = self.client.get_iopub_msg(timeout=60)
            if got["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            sent.setdefault(got["msg_type"], []).append(got["content"])
            if got["msg_type"] == "stream" and interrupt:
                self.manager.interrupt_kernel()
            if got["msg_type"] == "status" and got["content"]["execution_state"] == "idle":
                break
        return self.reply_to(message["msg_id"]), sent

    def reply_to(self, request):
        """Return the reply to one request; others that are waiting are dropped."""
        while (reply := self.client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != request:
            pass
        return reply["content"]


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    kernel = Kernel(manager, client)
    assert kernel("%load_ext minigrad\nimport minigrad as mg")[0]["status"] == "ok"
    yield kernel
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    ensure_event_loop().close()  # it was made by the client, and nobody else closes it


def test_a_cell_shows_its_player_and_then_its_value(kernel):
    reply, sent = kernel(f"%%autograd\n{LEAF}\n(w * w).sum()")
    assert reply["status"] == "ok"
    (display,) = sent["display_data"]
    assert set(display["data"]) == {VIEW, "image/png", "text/plain"}
    (result,) = sent["execute_result"]
    assert result["data"] == {"text/plain": "tensor(13., grad_fn=<SumBackward0>)"}


def test_a_cell_that_fails_is_answered_with_an_error(kernel):
    reply, sent = kernel(f"%%autograd\n{LEAF}\ny = w * w\n1 / 0")
    assert (reply["status"], reply["ename"]) == ("error", "ZeroDivisionError")
    (error,) = sent["error"]
    assert "magics.py" not in "".join(error["traceback"])
    assert len(sent["display_data"]) == 1


def test_a_syntax_error_is_answered_with_its_name(kernel):
    reply, sent = kernel("%%autograd\ny = = 1")
    assert (reply["status"], reply["ename"]) == ("error", "SyntaxError")
    assert [error["ename"] for error in sent["error"]] == ["SyntaxError"]


def test_a_bad_option_is_answered_with_an_error(kernel):
    reply, _ = kernel("%%autograd --colour red\n1")
    assert (reply["status"], reply["ename"]) == ("error", "UsageError")


def test_the_cell_that_runs_again_closes_its_player(kernel):
    def shown(sent):
        return sent["display_data"][0]["data"][VIEW]["model_id"]

    first, other = (kernel(f"%%autograd\n{LEAF}\nz = (w * w).sum()", cell_id=name)[1] for name in "ab")
    sent = kernel(f"%%autograd\n{LEAF}\nz = (w + w).sum()", cell_id="a")[1]
    assert [message["comm_id"] for message in sent["comm_close"]] == [shown(first)]
    assert shown(other) not in (shown(first), shown(sent))


def test_an_interrupt_from_outside_shows_the_graph_up_to_there(kernel):
    cell = f"%%autograd\nimport time\n{LEAF}\ny = w * w\nprint('here')\nwhile True: time.sleep(.01)"
    reply, sent = kernel(cell, interrupt=True)
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    assert len(sent["display_data"]) == 1
    reply, sent = kernel("mg.is_grad_enabled(), mg.autograd.grad_mode.local.state.recorder")
    assert sent["execute_result"][0]["data"]["text/plain"] == "(True, None)"


@pytest.mark.parametrize(
    ("text", "completed"),
    [("%%autograd --the", "--theme"), ("%%autograd --theme da", "dark"), ("%%autograd --static --no", "--no-backward")],
)
def test_a_front_end_is_told_how_to_complete_an_option(kernel, text, completed):
    reply = kernel.reply_to(kernel.client.complete(text, len(text)))
    assert reply["matches"] == [completed]
    assert text[: reply["cursor_start"]] + completed == text.rpartition(" ")[0] + " " + completed


def test_a_front_end_is_shown_the_help(kernel):
    text = kernel.reply_to(kernel.client.inspect("%%autograd", 10))["data"]["text/plain"]
    assert "What the cell returns" in text


def test_an_autograd_error_in_a_plain_cell_ends_with_the_offer_to_see_it(kernel):
    reply, sent = kernel(f"{LEAF}\n(w * w).backward()")
    assert (reply["status"], reply["ename"]) == ("error", "RuntimeError")
    (error,) = sent["error"]
    last = error["traceback"][-1].rstrip().split("\n")[-1]
    assert "put %%autograd on top of this cell" in last
    reply, sent = kernel(f"%%autograd\n{LEAF}\n(w * w).backward()")
    assert "put %%autograd on top" not in "".join(sent["error"][0]["traceback"])
    assert len(sent["display_data"]) == 1
