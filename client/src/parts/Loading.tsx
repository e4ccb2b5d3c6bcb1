import { useWords } from "../words";

/** Keeps the room of what is on its way; says so to those who do not see it. */
export function Loading({ rows = 3, className = "" }: { rows?: number; className?: string }) {
  const t = useWords();
  return (
    <div className={`loading ${className}`}>
      <span role="status" className="hidden">
        {t.loading}
      </span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="bone" aria-hidden="true" />
      ))}
    </div>
  );
}
