/** A key stands for what the customer wants: made at the press, kept until there is an outcome. */

type Random = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;

/** For `Idempotency-Key`. React Native needs `getRandomValues` of expo-crypto. */
export function newKey(random: Random = (bytes) => crypto.getRandomValues(bytes)): string {
  const bytes = random(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
