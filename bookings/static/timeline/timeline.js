// Drags a show along its row or to another one, and leads to the page that says what that means.
(() => {
  const STEP = 5;
  const table = document.querySelector(".timeline-room table");
  const said = document.querySelector("#timeline-said");
  if (!table) return;
  const rows = [...table.querySelectorAll("tr[data-screen]")];
  const columns = Number(table.dataset.columns);

  const columnWidth = (row) => (row.clientWidth - row.querySelector("th").offsetWidth) / columns;
  const clock = (minutes) => `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const moment = (day, minutes) => new Date(Date.parse(`${day}T00:00Z`) + minutes * 60000).toISOString().slice(0, 16);

  function target(block) {
    const row = rows[block.to];
    const start = Number(block.link.dataset.start) + block.by * STEP;
    return { row, start, same: block.by === 0 && block.to === block.from };
  }

  function show(block) {
    const { row, start, same } = target(block);
    const dx = block.by * columnWidth(rows[block.from]);
    const dy = row.offsetTop - rows[block.from].offsetTop;
    block.link.style.transform = same ? "" : `translate(${dx}px, ${dy}px)`;
    block.link.classList.toggle("is-moving", !same);
    said.textContent = same ? "" : `To ${clock(start)}, ${row.dataset.name}, ${row.dataset.day}`;
  }

  function go(block) {
    const { row, start, same } = target(block);
    if (same) return false;
    const query = new URLSearchParams({ starts_at: moment(row.dataset.day, start), screen: row.dataset.screen });
    location.assign(`${block.link.dataset.move}?${query}`);
    return true;
  }

  for (const link of table.querySelectorAll("a[data-move]")) {
    const from = rows.indexOf(link.closest("tr"));
    const block = { link, from, to: from, by: 0 };
    let begun = null;
    let dragged = false;
    const reset = () => { block.by = 0; block.to = from; show(block); };

    link.addEventListener("dragstart", (event) => event.preventDefault());
    link.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      begun = { x: event.clientX, y: event.clientY };
      dragged = false;
      link.setPointerCapture(event.pointerId);
    });
    link.addEventListener("pointermove", (event) => {
      if (!begun) return;
      const dx = event.clientX - begun.x;
      if (!dragged && Math.abs(dx) + Math.abs(event.clientY - begun.y) < 6) return;
      dragged = true;
      block.by = Math.round(dx / columnWidth(rows[from]));
      const over = rows.findIndex((row) => {
        const box = row.getBoundingClientRect();
        return event.clientY >= box.top && event.clientY < box.bottom;
      });
      block.to = over < 0 ? from : over;
      show(block);
    });
    link.addEventListener("pointerup", () => {
      begun = null;
      if (dragged) go(block);
    });
    link.addEventListener("pointercancel", () => { begun = null; reset(); });
    link.addEventListener("click", (event) => { if (dragged) { event.preventDefault(); dragged = false; } });
    link.addEventListener("blur", reset);
    link.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (steps) {
        event.preventDefault();
        block.by += steps[0] * (event.shiftKey ? 12 : 1);
        block.to = Math.min(rows.length - 1, Math.max(0, block.to + steps[1]));
        show(block);
      } else if (event.key === "Escape") reset();
      else if (event.key === "Enter" && go(block)) event.preventDefault();
    });
  }
})();
