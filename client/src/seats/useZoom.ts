import {
  type RefObject,
  type TouchEvent,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

const SMALLEST = 24;
const LARGEST = 64;
const MOST_WANTED = 40;
const LETTERS = 40;

const clamp = (size: number) => Math.max(SMALLEST, Math.min(LARGEST, Math.round(size)));

/** The size of a seat: the room fits the width, unless somebody wants it larger or smaller. */
export function useZoom(columns: number, content: RefObject<HTMLElement | null>) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [wanted, setWanted] = useState<number | null>(null);
  const pinch = useRef<{ apart: number; ratio: number } | null>(null);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const letters = width < 600 ? LETTERS / 2 : LETTERS;
  const fit = Math.min(MOST_WANTED, clamp(Math.floor((width - letters) / columns)));
  const cell = wanted ?? fit;
  const cellNow = useRef(cell);
  cellNow.current = cell;

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return; // a bare wheel scrolls the page
      event.preventDefault();
      setWanted(clamp(cellNow.current * (event.deltaY < 0 ? 1.1 : 0.9)));
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, []);

  const apart = (event: TouchEvent) => {
    const [a, b] = [event.touches[0]!, event.touches[1]!];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  const touch = {
    onTouchStart(event: TouchEvent) {
      if (event.touches.length === 2) pinch.current = { apart: apart(event), ratio: 1 };
    },
    onTouchMove(event: TouchEvent) {
      if (!pinch.current || event.touches.length !== 2) return;
      pinch.current.ratio = apart(event) / pinch.current.apart;
      content.current?.style.setProperty("transform", `scale(${pinch.current.ratio})`);
    },
    onTouchEnd() {
      if (!pinch.current) return;
      content.current?.style.removeProperty("transform");
      setWanted(clamp(cell * pinch.current.ratio));
      pinch.current = null;
    },
  };

  return {
    frame,
    cell,
    touch,
    in: () => setWanted(clamp(cell * 1.25)),
    out: () => setWanted(clamp(cell / 1.25)),
  };
}
