import { useSyncExternalStore } from "react";
import { useWords } from "../words";

function subscribe(tell: () => void) {
  addEventListener("online", tell);
  addEventListener("offline", tell);
  return () => {
    removeEventListener("online", tell);
    removeEventListener("offline", tell);
  };
}

/** Says that there is no network, while that is so. */
export function OfflineNotice() {
  const t = useWords();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status" className={isOnline ? "" : "offline"}>
      {isOnline ? "" : t.offline}
    </div>
  );
}
