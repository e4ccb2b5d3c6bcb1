import { en } from "./en"; import type { Words } from "."; export const de: Words = en;
