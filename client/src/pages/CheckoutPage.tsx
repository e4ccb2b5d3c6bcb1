import { NotFound } from "./NotFound";
export default function Page(_: { id?: number; reference?: string; kind?: string }) { return <NotFound />; }
