import { useMoreWords } from "../words";
import type { useChoice } from "./useChoice";

type Props = {
  choice: ReturnType<typeof useChoice>;
  categories: (keyof ReturnType<typeof useMoreWords>["category"])[];
};

/** How many they are and what they need, and the best seats for that. */
export function Party({ choice, categories }: Props) {
  const t = useMoreWords();
  const plain = categories.filter((each) => each !== "wheelchair");
  return (
    <div className="party">
      <div className="stepper" role="group" aria-label={t.seats.people}>
        <button
          type="button"
          aria-label={t.seats.fewer}
          onClick={() => choice.setSize(choice.size - 1)}
        >
          −
        </button>
        <output aria-live="polite">{t.seats.count(choice.size)}</output>
        <button
          type="button"
          aria-label={t.seats.more}
          onClick={() => choice.setSize(choice.size + 1)}
        >
          +
        </button>
      </div>
      {plain.length > 1 && (
        <label className="kind">
          <span className="hidden">{t.seats.category}</span>
          <select
            value={choice.category}
            onChange={(event) => choice.setCategory(event.target.value)}
          >
            <option value="">{t.seats.anyCategory}</option>
            {plain.map((each) => (
              <option key={each} value={each}>
                {t.category[each]}
              </option>
            ))}
          </select>
        </label>
      )}
      <button type="button" className="quiet best" onClick={choice.takeBest}>
        <span aria-hidden="true">✦</span> {t.seats.best}
      </button>
      {categories.includes("wheelchair") && (
        <label className="check">
          <input
            type="checkbox"
            checked={choice.accessible}
            onChange={(event) => choice.setAccessible(event.target.checked)}
          />
          {t.seats.wheelchair}
        </label>
      )}
    </div>
  );
}
