import type { Schemas } from "@moviebooking/api/server";
import { useSite } from "../useSite";
import { type MoreWords, useMoreWords } from "../words";

/** How long a time before the start is, in the largest unit that it is whole in. */
function span(minutes: number, t: MoreWords): string {
  if (minutes >= 1440 && minutes % 1440 === 0) return t.checkout.days(minutes / 1440);
  if (minutes >= 60 && minutes % 60 === 0) return t.checkout.hours(minutes / 60);
  return t.checkout.mins(minutes);
}

type Props = { theater: Schemas["Theater"]; hasFee: boolean };

/** What the theater gives back, who sells, and on which terms: beside the button. */
export function Policy({ theater, hasFee }: Props) {
  const t = useMoreWords();
  const { seller, refund_policy, fee_refundable } = theater;
  const usual = [{ share: 100, until_minutes: useSite().cancel_minutes }];
  const policy = refund_policy.length ? refund_policy : usual;
  const steps = policy.filter((step) => step.share > 0);
  return (
    <div className="policy soft">
      <p>
        <strong>{t.checkout.policy}:</strong>{" "}
        {steps.length
          ? `${steps.map((step) => t.checkout.step(step.share, span(step.until_minutes, t))).join("; ")}.`
          : t.checkout.noCancel}{" "}
        {hasFee && steps.length > 0 && !fee_refundable && t.checkout.feeKept}{" "}
        {t.checkout.noWithdrawal}
      </p>
      <p>
        {t.checkout.seller} {seller.legal_name || theater.name}
        {seller.legal_address && `, ${seller.legal_address}`}.{" "}
        {seller.terms_url && (
          <a href={seller.terms_url} target="_blank" rel="noreferrer">
            {t.checkout.terms}
          </a>
        )}{" "}
        {seller.privacy_url && (
          <a href={seller.privacy_url} target="_blank" rel="noreferrer">
            {t.checkout.privacy}
          </a>
        )}
      </p>
    </div>
  );
}
