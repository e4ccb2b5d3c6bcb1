/** The live map: what is taken, told as it changes. */

/** By label: "s" somebody holds it, "b" booked, "x" blocked, "" free. */
export type Taken = Readonly<Record<string, string>>;

/** As much of an EventSource as is needed; React Native has one from `react-native-sse`. */
export type Stream = {
  readyState: number;
  addEventListener(
    kind: "map" | "change" | "error",
    tell: (event: { data?: unknown }) => void,
  ): void;
  close(): void;
};

export type Live = {
  onMap(taken: Taken): void;
  onChange(taken: Taken): void;
  /** False: poll, until it is true. */
  onState?(isOpen: boolean): void;
  connect(address: string): Stream;
};

const CLOSED = 2;

/** Tells of a show until the returned function is called: while nobody sees it, and at the end. */
export function watchLive(liveUrl: string, show: number, live: Live): () => void {
  let stream: Stream;
  let again: ReturnType<typeof setTimeout>;
  const read = (event: { data?: unknown }) => JSON.parse(String(event.data)) as Taken;

  function open(): void {
    stream = live.connect(`${liveUrl}/shows/${show}/`);
    stream.addEventListener("map", (event) => {
      live.onState?.(true);
      live.onMap(read(event));
    });
    stream.addEventListener("change", (event) => live.onChange(read(event)));
    stream.addEventListener("error", () => {
      live.onState?.(false);
      // A browser comes back by itself after a broken connection, but not after a refusal.
      if (stream.readyState === CLOSED) again = setTimeout(open, 5000 + 25000 * Math.random());
    });
  }

  open();
  return () => {
    clearTimeout(again);
    stream.close();
  };
}
