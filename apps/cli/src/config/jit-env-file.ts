/** File in the working directory in which `c2d jit setup` leaves what the gateway needs to know. Variables and `.env` go first. */
export const JIT_ENV_FILE = ".env.c2d-jit";
