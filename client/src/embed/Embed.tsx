import { lazy, Suspense } from "react";
import { Route, Router, Switch, useLocation } from "wouter";
import { Boundary } from "../parts/Boundary";
import { Loading } from "../parts/Loading";
import { useSite } from "../useSite";
import { useWords, withMoreWords } from "../words";
import { BASE } from "./where";

const ProgrammePage = lazy(() => import("../pages/ProgrammePage"));
const FilmPage = lazy(() => import("../pages/FilmPage"));
const NotFound = lazy(() => import("../pages/NotFound"));
const EmbedSeatsPage = lazy(() => withMoreWords(import("./EmbedSeatsPage")));

/** What a theater's own site shows in a frame: programme, films and maps, and no page that needs
 *  to know who somebody is. */
export default function Embed() {
  return (
    <Router base={BASE}>
      <Pages />
    </Router>
  );
}

function Pages() {
  const t = useWords();
  const site = useSite();
  const [here] = useLocation();
  return (
    <>
      <main id="main">
        <Boundary key={here}>
          <Suspense fallback={<Loading />}>
            <Switch>
              <Route path="/" component={ProgrammePage} />
              <Route path="/films/:id">{({ id }) => <FilmPage key={id} id={Number(id)} />}</Route>
              <Route path="/shows/:id">
                {({ id }) => <EmbedSeatsPage key={id} id={Number(id)} />}
              </Route>
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </Boundary>
      </main>
      <footer className="foot">
        <div className="foot-row">
          <span>{site.name}</span>
          <a href="/about" target="_top">
            {t.aboutTitle}
          </a>
        </div>
      </footer>
    </>
  );
}
