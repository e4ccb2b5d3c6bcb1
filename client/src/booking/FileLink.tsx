import { type ReactNode, useState } from "react";
import { fileOf } from "../api/client";
import { saying } from "../parts/Trouble";
import { useWords } from "../words";

type Props = { path: string; name: string; children: ReactNode };

/** Fetches a file that only its owner may read, and gives it to the browser. */
export function FileLink({ path, name, children }: Props) {
  const t = useWords();
  const [isLoading, setLoading] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function load() {
    if (isLoading) return;
    setLoading(true);
    setError(null);
    try {
      const address = URL.createObjectURL(await fileOf(path));
      const link = document.createElement("a");
      link.href = address;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (found) {
      setError(found);
    } finally {
      setLoading(false);
    }
  }

  return (
    <>
      <button type="button" className="quiet" onClick={() => void load()} aria-busy={isLoading}>
        {isLoading ? t.booking.loadFile : children}
      </button>
      {error !== null && (
        <p className="error" role="alert">
          {saying(error, t)}
        </p>
      )}
    </>
  );
}
