import { type ReactNode, useEffect, useRef } from "react";
import { useSite } from "../useSite";
import { useWords } from "../words";

let isFirst = true;

/** A page's title: in the tab, and as the heading that has the focus after a change of page. */
export function Title({ children, text, hidden }: TitleProps) {
  const t = useWords();
  const { name: site } = useSite();
  const heading = useRef<HTMLHeadingElement>(null);
  const name = text ?? (typeof children === "string" ? children : "");
  useEffect(() => {
    document.title = [name, site].filter(Boolean).join(" – ") || t.programme.title;
  }, [name, site, t]);
  useEffect(() => {
    if (!isFirst) {
      scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
    isFirst = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={hidden ? "hidden" : ""}>
      {children}
    </h1>
  );
}

type TitleProps = { children: ReactNode; text?: string; hidden?: boolean };
