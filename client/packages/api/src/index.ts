/** All of it. A page that loads little at first imports from the single modules. */

export * from "./account";
export * from "./bookings";
export * from "./calls";
export * from "./cookie";
export * from "./entering";
export * from "./exchanges";
export * from "./factor";
export * from "./holds";
export * from "./keys";
export * from "./live";
export * from "./problems";
export * from "./programme";
export * from "./server";
export * from "./staff";
export * from "./tokens";
export * from "./watching";
export * from "./who";
