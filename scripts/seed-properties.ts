// Gives every property test one seed, so that a commit passes or fails whenever it is checked. To hunt with others:
// PROPERTY_SEED=$RANDOM npm test
import { configureGlobal } from "fast-check";

configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 20_261_123) });
