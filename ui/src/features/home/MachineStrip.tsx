import type { Machine } from "@/api/types";
import { formatBytes } from "@/lib/numbers";
import classes from "./MachineStrip.module.css";

/** Above this share memory or disk is nearly used up. A busy CPU is no reason to worry. */
const HIGH = 0.9;

/** How busy and how full the server's machine is. */
export function MachineStrip({ machine }: { machine: Machine }) {
  const memory = ratio(machine.memory_used_bytes, machine.memory_total_bytes);
  const disk = ratio(machine.disk_used_bytes, machine.disk_used_bytes + machine.disk_free_bytes);
  return (
    <dl className={classes.strip}>
      <Gauge
        label="CPU"
        share={machine.cpu_percent / 100}
        text={`${Math.round(machine.cpu_percent)}% of ${machine.cpu_count}`}
        title={`${machine.cpu_percent.toFixed(1)}% of ${machine.cpu_count} cores busy`}
      />
      <Gauge
        label="Memory"
        share={memory}
        alarming
        text={`${formatBytes(machine.memory_used_bytes)} of ${formatBytes(machine.memory_total_bytes)}`}
        title={`${(memory * 100).toFixed(1)}% of memory in use`}
      />
      <Gauge
        label="Disk"
        share={disk}
        alarming
        text={`${formatBytes(machine.disk_free_bytes)} free`}
        title={`${(disk * 100).toFixed(1)}% of the disk in use`}
      />
    </dl>
  );
}

interface GaugeProps {
  label: string;
  /** 0 to 1. */
  share: number;
  text: string;
  title: string;
  alarming?: boolean;
}

function Gauge({ label, share, text, title, alarming = false }: GaugeProps) {
  const percent = `${Math.min(100, Math.max(0, share * 100))}%`;
  return (
    <div className={classes.gauge} title={title} data-high={(alarming && share > HIGH) || undefined}>
      <dt>{label}</dt>
      <dd>
        {text}
        <span className={classes.track} aria-hidden>
          <span style={{ width: percent }} />
        </span>
      </dd>
    </div>
  );
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
