/** How often users are looked up while calls are scarce, in milliseconds. Whoever comes meanwhile goes along. */
export const SCARCE_LOOK_UP_MS = 800;

/** How often users are marked as not freshly migrated any more, in milliseconds. Nobody waits for that. */
export const FLAG_WINDOW_MS = 2000;
