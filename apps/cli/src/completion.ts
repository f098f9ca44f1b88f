import createTab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

/**
 * The script for bash takes the words of the line by a function of the package `bash-completion`, which not every machine
 * has. Where it is missing this does, without putting together what a `=` or `:` took apart.
 */
export const BASH_WITHOUT_PACKAGE: string = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        words=("\${COMP_WORDS[@]}")
        cword=$COMP_CWORD
        cur="\${COMP_WORDS[COMP_CWORD]}"
        prev=""
        if ((COMP_CWORD > 0)); then prev="\${COMP_WORDS[COMP_CWORD - 1]}"; fi
    }
fi
`;

/** Adds `completion <shell>`, which prints a script, and `complete`, which that script calls at each press of the tab key. */
export function addCompletion(program: Command): void {
  createTab(program, { completionCommandName: "completion" });
}
