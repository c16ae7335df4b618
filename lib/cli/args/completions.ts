import {
  GENERAL_OPTIONS,
  type Operand,
  type Option,
  type OptionValue,
  spellings,
  type Subcommand,
  SUBCOMMANDS,
} from "./options.ts";

export type Shell = "bash" | "zsh" | "fish";

/** A script for the shell to source. It completes commands, options and their values. */
export function completions(shell: Shell): string {
  return { bash, zsh, fish }[shell]();
}

/** How each shell completes a value that is not one of a few words. */
const ACTIONS = {
  bash: { file: "_chat_paths -f", directory: "_chat_paths -d", nothing: ":" },
  zsh: { file: "_files", directory: "_files -/", nothing: " " },
  fish: { file: " -r -F", directory: " -x -a '(__fish_complete_directories)'", nothing: " -x" },
} as const;

function action(shell: Shell, { complete }: OptionValue, offer: (words: string) => string): string {
  return typeof complete === "string" ? ACTIONS[shell][complete] : offer(complete.join(" "));
}

function takesFile(operand: Operand | undefined): boolean {
  return operand?.placeholder === "FILE";
}

const FIRST_WORDS = [
  ...SUBCOMMANDS.map(({ name }) => name),
  ...GENERAL_OPTIONS.flatMap(spellings),
].join(" ");

/** Runs in the bash 3.2 of macOS too, and without the bash-completion package. */
function bash(): string {
  const values = SUBCOMMANDS.flatMap(({ name, options }) =>
    options.flatMap(({ name: option, value }) =>
      value === undefined ? [] : [`    "${name} --${option}") ${bashValue(value)} ;;`]
    )
  );
  const words = SUBCOMMANDS.map(({ name, options, operand }) => {
    const all = [...operand?.words ?? [], ...options.flatMap(spellings)].join(" ");
    const offer = `COMPREPLY=($(compgen -W "${all}" -- "$current"))`;
    const other = takesFile(operand)
      ? `if [[ $current != -* ]]; then ${ACTIONS.bash.file}; fi`
      : "";
    return `    ${name}) ${offer}${other && `; ${other}`} ;;`;
  });
  return `# bash completion for chat
_chat() {
  local IFS=$' \\t\\n' current="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}" previous=""
  if ((COMP_CWORD > 0)); then previous="\${COMP_WORDS[COMP_CWORD - 1]}"; fi
  COMPREPLY=()
  if ((COMP_CWORD <= 1)); then
    COMPREPLY=($(compgen -W "${FIRST_WORDS}" -- "$current"))
    return
  fi
  # Bash makes three words of --option=value.
  if [[ $current == "=" ]]; then
    current=""
  elif [[ $previous == "=" ]]; then
    previous="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  case "$command $previous" in
${values.join("\n")}
    *) _chat_words ;;
  esac
}
_chat_words() {
  case "$command" in
${words.join("\n")}
  esac
}
_chat_paths() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen "$1" -- "$current"))
}
complete -F _chat chat
`;
}

function bashValue(value: OptionValue): string {
  return action("bash", value, (words) => `COMPREPLY=($(compgen -W "${words}" -- "$current"))`);
}

function zsh(): string {
  const names = SUBCOMMANDS.map(({ name, help }) => `    ${quote(`${name}:${help.summary}`)}`);
  return `#compdef chat
# zsh completion for chat
_chat() {
  local -a commands
  commands=(
${names.join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    _arguments ${GENERAL_OPTIONS.flatMap(zshOption).join(" ")}
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${SUBCOMMANDS.map(zshCommand).join("\n")}
  esac
}
if [[ $funcstack[1] == _chat ]]; then
  _chat "$@"
else
  compdef _chat chat
fi
`;
}

function zshCommand({ name, options, operand, second }: Subcommand): string {
  const known = operand?.words === undefined ? "" : `(${operand.words.join(" ")})`;
  const words = takesFile(operand) ? ACTIONS.zsh.file : known;
  const specs = options.flatMap(zshOption);
  if (operand !== undefined) specs.push(quote(`1:${zshText(operand.placeholder)}:${words}`));
  if (second !== undefined) specs.push(quote(`2:${zshText(second.placeholder)}: `));
  return `    ${name})\n      _arguments \\\n        ${specs.join(" \\\n        ")}\n      ;;`;
}

function zshOption(option: Option): string[] {
  const { value, meaning } = option;
  const words = value && action("zsh", value, (words) => `(${words})`);
  const rest = value === undefined ? "" : `:${value.placeholder}:${words}`;
  return spellings(option).map((spelling) =>
    quote(`${spelling}${value === undefined ? "" : "="}[${zshText(meaning)}]${rest}`)
  );
}

/** Escapes what would end a description in a specification of zsh. */
function zshText(text: string): string {
  return text.replace(/[[\]:\\]/g, "\\$&");
}

function fish(): string {
  const lines = SUBCOMMANDS.flatMap((command) => {
    const { name, help, options, operand } = command;
    const here = `complete -c chat -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c chat -n __fish_use_subcommand -a ${name} -d ${fishQuote(help.summary)}`,
      ...(operand?.words === undefined ? [] : [`${here} -a ${fishQuote(operand.words.join(" "))}`]),
      ...(takesFile(operand) ? [`${here} -F`] : []),
      ...options.flatMap((option) => fishOption(option).map((rest) => `${here} ${rest}`)),
    ];
  });
  const general = GENERAL_OPTIONS.flatMap(fishOption)
    .map((rest) => `complete -c chat -n __fish_use_subcommand ${rest}`);
  return ["# fish completion for chat", "complete -c chat -f", ...general, ...lines, ""].join("\n");
}

function fishOption({ name, short, value, negatable, meaning }: Option): string[] {
  const letter = short === undefined ? "" : ` -s ${short}`;
  const names = negatable ? [name, `no-${name}`] : [name];
  const rest = value && action("fish", value, (words) => ` -x -a ${fishQuote(words)}`);
  return names.map((name) => `-l ${name}${letter}${rest ?? ""} -d ${fishQuote(meaning)}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** fish escapes within quotes. */
function fishQuote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
