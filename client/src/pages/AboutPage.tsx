import { getTheaters } from "@moviebooking/api/programme";
import { useQuery } from "@tanstack/react-query";
import { Loading } from "../parts/Loading";
import { Title } from "../parts/Page";
import { Trouble } from "../parts/Trouble";
import { server } from "../server";
import { useSite } from "../useSite";
import { useMoreWords } from "../words";

/** Who sells, on which terms, and for whom this client works. */
export default function AboutPage() {
  const t = useMoreWords();
  const site = useSite();
  const theaters = useQuery({ queryKey: ["theaters"], queryFn: () => getTheaters(server) });
  const links: [string, string | null][] = [
    [t.about.imprint, site.imprint_url],
    [t.checkout.privacy, site.privacy_url],
  ];
  return (
    <div className="narrow">
      <Title>{t.aboutTitle}</Title>
      {links.map(
        ([name, address]) =>
          address && (
            <p key={name}>
              <a href={address}>{name}</a>
            </p>
          ),
      )}
      <h2>{t.about.sellers}</h2>
      {theaters.isError ? (
        <Trouble error={theaters.error} retry={() => void theaters.refetch()} />
      ) : !theaters.data ? (
        <Loading rows={3} />
      ) : (
        theaters.data.map((theater) => (
          <section key={theater.id} className="card">
            <h3>{theater.name}</h3>
            <p>
              {[theater.seller.legal_name, theater.seller.legal_address || theater.address]
                .filter(Boolean)
                .join(", ")}
              , {theater.city}
            </p>
            <p className="soft">
              {[theater.phone, theater.email, theater.seller.tax_id].filter(Boolean).join(" · ")}
            </p>
            <p className="actions">
              {theater.website && <a href={theater.website}>{t.about.website}</a>}
              {theater.seller.terms_url && (
                <a href={theater.seller.terms_url}>{t.checkout.terms}</a>
              )}
              {theater.seller.privacy_url && (
                <a href={theater.seller.privacy_url}>{t.checkout.privacy}</a>
              )}
            </p>
          </section>
        ))
      )}
      <h2>{t.about.accessibility}</h2>
      <p>{t.about.accessibilityText}</p>
      <p className="soft">{t.about.source}</p>
    </div>
  );
}
