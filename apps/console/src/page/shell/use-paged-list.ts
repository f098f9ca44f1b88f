import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

/** Which page of a list is wanted. */
export interface WantedPage {
  /** What the list is narrowed to; undefined for all of it. */
  readonly chosen: string | undefined;
  /** Whether personal data is wanted as it is. */
  readonly revealed: boolean;
  readonly after: number;
}

/** A list that is read page by page, masked until somebody asks for more. */
export interface PagedList<Page> {
  readonly chosen: string | undefined;
  readonly choose: (chosen: string | undefined) => void;
  readonly revealed: boolean;
  readonly toggleRevealed: () => void;
  /** Undefined until the first page is there. */
  readonly pages: readonly Page[] | undefined;
  readonly error: unknown;
  /** Reads the next page, where there is one. */
  readonly readMore: () => void;
}

/**
 * Reads a list page by page.
 *
 * @param queryKey - What else the list depends on.
 */
export function usePagedList<Page extends { readonly next: number | null }>(
  queryKey: readonly unknown[],
  read: (wanted: WantedPage, signal: AbortSignal) => Promise<Page>,
): PagedList<Page> {
  const [chosen, choose] = useState<string>();
  const [revealed, setRevealed] = useState(false);
  const { data, error, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery({
    queryKey: [...queryKey, chosen, revealed],
    queryFn: ({ pageParam, signal }) => read({ chosen, revealed, after: pageParam }, signal),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next ?? undefined,
    // What is shown in clear is noted each time it is asked for.
    staleTime: Infinity,
    gcTime: 0,
  });
  return {
    chosen,
    choose,
    revealed,
    toggleRevealed: () => setRevealed((before) => !before),
    pages: data?.pages,
    error,
    readMore: () => {
      if (hasNextPage && !isFetching) void fetchNextPage();
    },
  };
}
