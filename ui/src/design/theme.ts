import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";
import { colors, layout, radius, type Scheme, spacing, type } from "./tokens";

const tide: MantineColorsTuple = [
  "#e7f6f8",
  "#cfeaef",
  "#9fd6e0",
  "#6cc1d1",
  "#45b0c3",
  "#2aa3b9",
  "#1690a6",
  "#0d7c90",
  "#0a6c7e",
  "#075766",
];

/** Filled things take the accent and its own ink, which differ between light and dark. */
const variantColors: VariantColorsResolver = (input) => {
  const found = defaultVariantColorsResolver(input);
  if (input.variant !== "filled" || (input.color ?? "tide") !== "tide") return found;
  return {
    ...found,
    background: "var(--tm-accent)",
    hover: "var(--tm-accent-strong)",
    color: "var(--tm-on-accent)",
  };
};

/** Mantine dressed in our tokens. */
export const theme = createTheme({
  colors: { tide },
  primaryColor: "tide",
  primaryShade: { light: 8, dark: 4 },
  variantColorResolver: variantColors,
  fontFamily: type.sans,
  fontFamilyMonospace: type.mono,
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  defaultRadius: radius.medium,
  headings: { fontFamily: type.sans, fontWeight: "600" },
  cursorType: "pointer",
  focusRing: "auto",
  components: {
    // The placeholder is a child that a menu may not have.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
});

/** Publishes every token as a CSS variable `--tm-<name>`, and points Mantine's own variables at them. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    ...Object.fromEntries(spacing.map((px, step) => [`--tm-space-${step}`, `${px}px`])),
    ...Object.fromEntries(Object.entries(radius).map(([name, px]) => [`--tm-radius-${name}`, `${px}px`])),
    ...Object.fromEntries(Object.entries(type.size).map(([name, px]) => [`--tm-size-${name}`, `${px}px`])),
    ...Object.fromEntries(Object.entries(layout).map(([name, px]) => [`--tm-${name}`, `${px}px`])),
    "--tm-mono": type.mono,
  },
  light: schemeVariables("light"),
  dark: schemeVariables("dark"),
});

function schemeVariables(scheme: Scheme): Record<string, string> {
  const color = colors[scheme];
  return {
    ...Object.fromEntries(Object.entries(color).map(([name, value]) => [`--tm-${name}`, value])),
    "--mantine-color-body": color.canvas,
    "--mantine-color-text": color.text,
    "--mantine-color-dimmed": color["text-dim"],
    "--mantine-color-placeholder": color["text-faint"],
    "--mantine-color-anchor": color.accent,
    "--mantine-color-error": color.bad,
    "--mantine-color-default": color.raised,
    "--mantine-color-default-hover": color.hover,
    "--mantine-color-default-border": color["border-strong"],
    "--mantine-primary-color-filled": color.accent,
    "--mantine-primary-color-filled-hover": color["accent-strong"],
    "--mantine-primary-color-contrast": color["on-accent"],
    "--mantine-primary-color-light": color["accent-soft"],
    "--mantine-primary-color-light-color": color.accent,
  };
}
