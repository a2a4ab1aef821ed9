/*
 * All ask `peregrine __complete -- WORDS`, the last word being the one to complete. It prints "value<TAB>description" for each candidate, and
 * in the last line what to do besides: `:files`, `:dirs`, `:nospace`, or `:none`.
 *
 * Names come from servers. `__complete` prints only words that need no quotes (`shell-word.ts`), and each script has its shell quote them all
 * the same: bash by `printf %q`, since it inserts what is in COMPREPLY as it is; zsh's `compadd` and fish quote by themselves.
 */

/** bash cuts words at the characters of COMP_WORDBREAKS, among them `:` and `=`, and completes only what stands behind. */
const bash = `# bash completion of peregrine: source <(peregrine completion bash)
_peregrine() {
  local words=() word= glue= i line directive= cur prefix
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((\${#words[@]} > 0)) && [[ $glue || $word == [:=]* ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == *[:=] ]]; then glue=1; else glue=; fi
  done
  cur=\${words[\${#words[@]} - 1]}
  if [[ $word == [:=] ]]; then word=; fi
  prefix=\${cur%"$word"}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) directive=$line ;;
      *)
        line=\${line%%$'\\t'*}
        printf -v line %q "\${line#"$prefix"}"
        COMPREPLY+=("$line")
        ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  case $directive in
    :nospace) compopt -o nospace 2>/dev/null ;;
    :files) compopt -o default 2>/dev/null ;;
    :dirs) compopt -o dirnames 2>/dev/null ;;
  esac
  return 0
}
complete -F _peregrine peregrine
`;

const zsh = `#compdef peregrine
# zsh completion of peregrine: source <(peregrine completion zsh)
_peregrine() {
  local -a lines entries
  local line value directive
  lines=("\${(@f)$("\${words[1]}" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  directive=$lines[-1]
  lines[-1]=()
  for line in "\${lines[@]}"; do
    # _describe takes a backslash from each value, and parts it from its description at the first colon.
    value=\${\${line%%$'\\t'*}//\\\\/\\\\\\\\}
    entries+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
  done
  case $directive in
    :files) _files ;;
    :dirs) _files -/ ;;
    :nospace) _describe peregrine entries -S '' ;;
    *) _describe peregrine entries ;;
  esac
}
if [[ $funcstack[1] == _peregrine ]]; then
  _peregrine "$@"
else
  compdef _peregrine peregrine
fi
`;

const fish = `# fish completion of peregrine: peregrine completion fish > ~/.config/fish/completions/peregrine.fish
function __peregrine_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
    set -l directive $lines[-1]
    set -e lines[-1]
    switch "$directive"
        case :files
            __fish_complete_path "$current"
        case :dirs
            __fish_complete_directories "$current"
        case '*'
            test (count $lines) -gt 0; and printf '%s\\n' $lines
    end
end
complete -c peregrine -f -a '(__peregrine_complete)'
`;

/** The script for each shell. */
export const completionScripts: { readonly bash: string; readonly zsh: string; readonly fish: string } = {
  bash,
  zsh,
  fish,
};
