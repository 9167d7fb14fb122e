/** What anywidget loads: `render` puts a player into an output and returns how to take it away. */

import { asDocument, type PlayDocument } from "./document";
import { html, Undo } from "./dom";
import { packedBytes, unpack } from "./packed";
import { Player } from "./player";
import styles from "./styles";
import { asTheme, followTheme } from "./theme";

/** As much of anywidget's model as the player uses. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

export function render({ model, el }: { readonly model: Model; readonly el: HTMLElement }): () => void {
  const undo = new Undo();
  // The notebook's command keys stay away from whatever has the focus in here.
  const host = html("div", { class: "mg-player", "data-lm-suppress-shortcuts": "true" });
  // A shadow root: no style of the page comes in, none of the player's goes out.
  const shadow = host.attachShadow({ mode: "open" });
  const style = html("style");
  style.textContent = styles;
  shadow.append(style);
  let player: Player | null = null;
  let inSight = true;
  let stopped = false;
  const wake = (): void => {
    if (player) player.asleep = !inSight || document.visibilityState === "hidden";
  };

  const load = (): void => {
    player?.stop();
    player = null;
    const given = model.get("document");
    const bytes = packedBytes(given);
    if (!bytes) {
      show(asDocument(given));
      return;
    }
    unpack(bytes).then(
      (play) => {
        if (!stopped && model.get("document") === given) show(play);
      },
      () => show(null),
    );
  };
  const show = (play: PlayDocument | null): void => {
    if (!play) return;
    player = new Player(play, model.get("position") as number, {
      host,
      moved: (position) => {
        if (model.get("position") === position) return;
        model.set("position", position);
        model.save_changes();
      },
    });
    shadow.append(player.card);
    player.resize(host.clientWidth);
    wake();
  };
  const theme = followTheme(
    () => asTheme(model.get("theme")),
    (shown) => host.setAttribute("data-theme", shown),
  );
  undo.add(() => theme.stop());
  const follow = (): void => player?.goTo(model.get("position"));
  model.on("change:document", load);
  model.on("change:position", follow);
  model.on("change:theme", theme.look);
  undo.add(() => {
    model.off("change:document", load);
    model.off("change:position", follow);
    model.off("change:theme", theme.look);
  });
  undo.listen(document, "visibilitychange", wake);

  const sizes = new ResizeObserver(() => player?.resize(host.clientWidth));
  sizes.observe(host);
  const sight = new IntersectionObserver(([entry]) => {
    inSight = entry?.isIntersecting ?? true;
    wake();
  });
  sight.observe(host);
  undo.add(() => {
    sizes.disconnect();
    sight.disconnect();
  });

  load();
  el.append(host);
  return () => {
    stopped = true;
    undo.run();
    player?.stop();
    player = null;
    host.remove();
  };
}

export default { render };
