import { Link } from "wouter";
import { Title } from "../parts/Page";
import { useWords } from "../words";

export function NotFound() {
  const t = useWords();
  return (
    <div className="narrow">
      <Title>{t.trouble.notFound}</Title>
      <p>
        <Link href="/">{t.toProgramme}</Link>
      </p>
    </div>
  );
}
