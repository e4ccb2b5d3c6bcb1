import { Link } from "wouter";
import { Title } from "../parts/Page";
import { useWords } from "../words";

export default function NotFound() {
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
