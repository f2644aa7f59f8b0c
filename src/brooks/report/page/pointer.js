// Zooming by pointer, fingers and wheel.

/** Drag to zoom in, shift-drag or a finger to move, two fingers or the wheel to zoom. */
function zoomByPointer(plot) {
  const { frame, brush } = plot;
  const fingers = new Map();
  let drag = null;
  const timeAt = (x) => {
    const [left, width] = plot.axis();
    const [from, to] = currentWindow();
    return from + ((x - left) / width) * (to - from);
  };
  frame.addEventListener("wheel", (event) => {
    const asked = event.ctrlKey || event.metaKey || document.activeElement === frame;
    if (!asked || (event.deltaY > 0 && zoom.window === null)) return;
    event.preventDefault();
    zoomBy(Math.exp(Math.max(Math.min(event.deltaY, 200), -200) / 250), timeAt(event.clientX));
  }, { passive: false });
  frame.addEventListener("dblclick", (event) => zoomBy(0.4, timeAt(event.clientX)));
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, event.clientX);
    const moves = event.shiftKey || event.pointerType === "touch";
    drag = { x: event.clientX, window: currentWindow(), moves, fingers: fingers.size };
    if (fingers.size === 2) drag.gap = gapOf(fingers);
  });
  frame.addEventListener("pointermove", (event) => {
    if (drag === null || !fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event.clientX);
    const [left, width] = plot.axis();
    const [from, to] = drag.window;
    if (fingers.size === 2 && drag.gap) {
      const factor = drag.gap / Math.max(gapOf(fingers), 1);
      const centre = (from + to) / 2;
      zoomTo(centre - (centre - from) * factor, centre + (to - centre) * factor);
    } else if (drag.moves && drag.fingers === 1) {
      const shift = ((drag.x - event.clientX) / width) * (to - from);
      if (zoom.window !== null) zoomTo(from + shift, to + shift);
    } else if (Math.abs(event.clientX - drag.x) > 5 && !drag.moves) {
      frame.setPointerCapture(event.pointerId);
      const edge = frame.getBoundingClientRect().left;
      const [one, other] = [drag.x, event.clientX].map((x) => Math.min(Math.max(x, left), left + width)).sort((a, b) => a - b);
      brush.hidden = false;
      brush.style.left = `${one - edge}px`;
      brush.style.width = `${other - one}px`;
    }
  });
  const end = (event) => {
    const brushed = drag !== null && !brush.hidden && event.type === "pointerup";
    if (brushed) zoomTo(...[timeAt(drag.x), timeAt(event.clientX)].sort((a, b) => a - b));
    brush.hidden = true;
    fingers.delete(event.pointerId);
    drag = null;
  };
  frame.addEventListener("pointerup", end);
  frame.addEventListener("pointercancel", end);
}

function gapOf(fingers) {
  const [one, other] = [...fingers.values()];
  return Math.abs(one - other);
}
