import type { Discrepancy, NumberedDiscrepancy } from "@cognito-to-descope/core";
import type { DiscrepancyCause, DiscrepancyDocument, MaskableValue } from "@cognito-to-descope/console/contract";
import { isOpenField, mask } from "../mask.ts";

/** A discrepancy, for the page and for exports. */
export function describeDiscrepancy({ no, discrepancy }: NumberedDiscrepancy, reveal: boolean): DiscrepancyDocument {
  const { seq, sub, field, expected, actual } = discrepancy;
  const shown = (json: string): MaskableValue =>
    reveal || isOpen(discrepancy) ? { text: json, masked: false } : maskJson(json);
  return {
    no,
    seq: seq ?? null,
    sub: sub ?? null,
    field,
    cause: causeOf(discrepancy),
    expected: shown(expected),
    actual: shown(actual),
  };
}

/** Definitions are the project's own, and whether a user is there at all is no secret. */
function isOpen({ sub, field }: Discrepancy): boolean {
  return sub === undefined || field === "user" || field.startsWith("userTenants.") || isOpenField(field);
}

function causeOf({ sub, field, actual }: Discrepancy): DiscrepancyCause {
  if (sub === undefined) return "definition";
  if (field === "user") return actual === '"absent"' ? "user-missing" : "user-doubled";
  return actual === "null" || actual === '""' || actual === "[]" ? "value-missing" : "value-differs";
}

/** JSON with every text in it masked. Truth and absence are not masked; a number may be a birth year or an account. */
function maskJson(json: string): MaskableValue {
  const value: unknown = JSON.parse(json);
  if (value === null || typeof value === "boolean" || value === "") return { text: json, masked: false };
  return { text: JSON.stringify(maskValue(value)), masked: true };
}

function maskValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskValue);
  if (value === null || typeof value === "boolean") return value;
  return mask(typeof value === "string" ? value : JSON.stringify(value));
}

/** What a discrepancy in a field means, and what to do. */
export function adviseOnField(field: string): string {
  if (field === "user") {
    return "The user is not in the project, or is there twice. See its page; c2d migrate creates who is missing.";
  }
  if (/^(?:attribute|role|tenant) /.test(field)) {
    return "A definition was changed or removed in the project. Restore it there, or c2d migrate makes a new plan.";
  }
  if (field === "loginIds") {
    return "The user signs in by other login IDs than planned. Somebody changed them in the project, or one was taken.";
  }
  if (field === "roleNames" || field.startsWith("userTenants")) {
    return "The user has other rights than planned. See who changed them; c2d migrate gives back what is missing.";
  }
  if (field === "status") return "The user was enabled or disabled in the project since. See who did that.";
  return "The project holds another value than planned: somebody changed it, or the project did not keep it. c2d migrate writes it again.";
}
