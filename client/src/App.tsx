import { lazy, Suspense } from "react";
import { Route, Switch, useLocation } from "wouter";
import { Boundary } from "./parts/Boundary";
import { Frame } from "./parts/Frame";
import { Loading } from "./parts/Loading";
import { withMoreWords } from "./words";

const programme = () => import("./pages/ProgrammePage");
// The page that most begin with is fetched beside the words, not after them.
if (location.pathname === "/") programme().catch(() => undefined);

const ProgrammePage = lazy(programme);
const FilmPage = lazy(() => import("./pages/FilmPage"));
const NotFound = lazy(() => import("./pages/NotFound"));
const SeatsPage = lazy(() => withMoreWords(import("./pages/SeatsPage")));
const CheckoutPage = lazy(() => withMoreWords(import("./pages/CheckoutPage")));
const BookingPage = lazy(() => withMoreWords(import("./pages/BookingPage")));
const BookingsPage = lazy(() => withMoreWords(import("./pages/BookingsPage")));
const EntryPages = lazy(() => withMoreWords(import("./pages/EntryPages")));
const AccountPage = lazy(() => withMoreWords(import("./pages/AccountPage")));
const InvitationPage = lazy(() => withMoreWords(import("./pages/InvitationPage")));
const AboutPage = lazy(() => withMoreWords(import("./pages/AboutPage")));

/** As core/urls.py has them. */
export function App() {
  const [here] = useLocation();
  return (
    <Frame>
      <Boundary key={here}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/" component={ProgrammePage} />
            <Route path="/films/:id">{({ id }) => <FilmPage key={id} id={Number(id)} />}</Route>
            <Route path="/shows/:id">{({ id }) => <SeatsPage key={id} id={Number(id)} />}</Route>
            <Route path="/checkout/:id">
              {({ id }) => <CheckoutPage key={id} id={Number(id)} />}
            </Route>
            <Route path="/bookings" component={BookingsPage} />
            <Route path="/bookings/:reference">
              {({ reference }) => <BookingPage key={reference} reference={reference} />}
            </Route>
            <Route path="/login">
              <EntryPages kind="login" />
            </Route>
            <Route path="/register">
              <EntryPages kind="register" />
            </Route>
            <Route path="/reset">
              <EntryPages kind="reset" />
            </Route>
            <Route path="/account" component={AccountPage} />
            <Route path="/invitation" component={InvitationPage} />
            <Route path="/about" component={AboutPage} />
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </Boundary>
    </Frame>
  );
}
