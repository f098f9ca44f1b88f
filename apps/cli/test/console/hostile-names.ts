/** Names that people give to things in order to do harm, or by mistake. None is longer than 2 KiB. */
export const HOSTILE_NAMES: readonly string[] = [
  "<img src=x onerror=alert(1)>",
  "</bdi><script>alert(1)</script>",
  '"><svg onload=alert(1)>',
  "{{constructor.constructor('alert(1)')()}}",
  "javascript:alert(1)",
  "user\u202Egnp.exe",
  "\u2066\u2067isolated\u2069",
  "zero\u200Bwidth\u200Djoined\uFEFF",
  "a\nb\tc\u0000d\u001B[31mred",
  "عربي mixed with latin",
  "👩‍💻 emoji",
  "a".repeat(2048),
  "\u0301".repeat(500),
  " ",
];
