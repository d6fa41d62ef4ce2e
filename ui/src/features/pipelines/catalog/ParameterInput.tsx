import { Input, Textarea, TextInput } from "@mantine/core";
import { KIND_WORDS, type ParameterField } from "../logic/form";
import classes from "./Dialogs.module.css";

interface ParameterInputProps {
  field: ParameterField;
  value: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

/** One parameter: a choice where there is one, else a text that is checked. */
export function ParameterInput({ field, value, error, onChange }: ParameterInputProps) {
  const { name, kind, optional, initial, description, choices } = field;
  const isJson = kind === "list" || kind === "struct";
  const words = `${KIND_WORDS[kind]}${isJson ? ", as JSON" : ""}`;
  const about = [description, words, optional && initial === "" ? "may be left empty" : ""];
  const shared = {
    size: "xs" as const,
    label: name,
    description: about.filter((part) => part !== "").join(" · "),
    error,
    withAsterisk: !optional,
  };
  const options = choices.length > 0 ? choices : kind === "boolean" ? ["true", "false"] : [];
  if (options.length > 0) {
    const id = `parameter-${name}`;
    const empty = initial === "";
    return (
      <Input.Wrapper {...shared} id={id}>
        <Input
          component="select"
          size="xs"
          mt={4}
          id={id}
          value={value}
          pointer
          classNames={{ input: classes.select ?? "" }}
          onChange={(event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value)}
        >
          {empty && <option value="">–</option>}
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </Input>
      </Input.Wrapper>
    );
  }
  const typed = {
    ...shared,
    value,
    spellCheck: false,
    autoComplete: "off",
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  if (isJson || initial.includes("\n")) {
    return (
      <Textarea
        {...typed}
        rows={Math.min(8, 1 + value.split("\n").length)}
        classNames={isJson ? { input: classes.mono ?? "" } : {}}
      />
    );
  }
  return <TextInput {...typed} inputMode={kind === "integer" || kind === "number" ? "decimal" : "text"} />;
}
