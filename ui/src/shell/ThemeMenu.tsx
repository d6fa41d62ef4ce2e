import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { Check, Monitor, Moon, Palette, Sun } from "lucide-react";
import { setPreferences, usePreferences } from "@/lib/preferences";

const SCHEMES = [
  { value: "auto", label: "As the system", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
] as const;

const PALETTES = [
  { value: "tide", label: "Tide" },
  { value: "ember", label: "Ember" },
] as const;

/** Light, dark, and the colours of lines. */
export function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { palette } = usePreferences();
  const Now = SCHEMES.find((scheme) => scheme.value === colorScheme)?.icon ?? Monitor;
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label="Theme">
          <Now size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Theme</Menu.Label>
        {SCHEMES.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={15} />}
            rightSection={<Chosen when={colorScheme === value} />}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Label>Line colours (both colour-blind safe)</Menu.Label>
        {PALETTES.map(({ value, label }) => (
          <Menu.Item
            key={value}
            leftSection={<Palette size={15} />}
            rightSection={<Chosen when={palette === value} />}
            onClick={() => setPreferences({ palette: value })}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Chosen({ when }: { when: boolean }) {
  return when ? <Check size={14} aria-label="chosen" /> : null;
}
