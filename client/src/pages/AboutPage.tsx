import { NotFound } from "./NotFound";
export default function Page() { return <NotFound />; }
