import type { Problem } from "../../contract/problem.ts";
import { addressOf, ApiProblem, ApiUnreachable } from "./api.ts";

/** Asks for a file by a request that is noted, and hands it to the browser as a download. */
export async function downloadFile(
  path: string,
  params: Readonly<Record<string, string>>,
  body: object,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(addressOf(path, { params }), {
      method: "POST",
      headers: { "x-c2d-console": "1", "content-type": "application/json" },
      credentials: "same-origin",
      body: JSON.stringify(body),
    });
  } catch (error) {
    throw new ApiUnreachable(error);
  }
  if (!response.ok) throw new ApiProblem((await response.json()) as Problem);
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "export";
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
