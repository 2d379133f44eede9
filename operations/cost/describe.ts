import type { Cost } from "./cost";
import type { FleetCost, SizeCost } from "./fleet-cost";
import type { CostLine } from "./lines";
import { HOURS_PER_MONTH, thousands } from "../../modules/placement/units";
import { money, table } from "./text";

/** What an installation costs, for people. */
export function describeCost({ name, region, prices, spotShare, idleMonth, fleets, notCounted }: Cost): string {
  return [
    `${name} in ${region}, in US dollars at AWS's list prices of ${prices.date}`,
    [`an idle month of ${HOURS_PER_MONTH} hours`, ...table(idleMonth.lines.map(lineCells)), ...sum(idleMonth)].join("\n"),
    ...fleets.map(fleetText),
    [
      `Not counted: ${notCounted.join("; ")}.`,
      spotShare === undefined ? "Spot is reckoned as on demand; --spot-share says what it costs of that." : `Spot is reckoned at ${thousands(spotShare * 100)} % of on demand, as --spot-share says.`,
      `Prices: ${prices.source}.`,
    ].join("\n"),
  ].join("\n\n");
}

const lineCells = ({ what, count, unit, price, hours, month }: CostLine): string[] => [
  what,
  `${thousands(count)}${hours !== undefined && hours !== HOURS_PER_MONTH ? `, ${thousands(hours)} hours` : ""}`,
  price === undefined ? "no price known" : `${small(price)} a ${unit}`,
  month === undefined ? "?" : money(month),
];

const sum = ({ month, unknown }: Cost["idleMonth"]): string[] =>
  unknown.length === 0 ? [`  together ${money(month)}`] : [`  together ${money(month)}, without what has no price: ${unknown.join("; ")}`];

function fleetText({ name, vcpuHours, bound, sizes }: FleetCost): string {
  return [
    `fleet ${name}`,
    ...(vcpuHours === undefined ? [] : [`  all its nodes all month: ${thousands(vcpuHours)} vCPU-hours${bound === undefined ? "" : `; ${money(bound.cheapest.month)} on ${bound.cheapest.type}, ${money(bound.dearest.month)} on ${bound.dearest.type}`}`]),
    "  an hour of a runner, engine and disk of its node shared",
    ...table(sizes.map(sizeCells)),
  ].join("\n");
}

const sizeCells = ({ name, full, alone }: SizeCost): string[] => [
  name,
  ...(full === undefined || alone === undefined
    ? ["no price known of a node that holds it"]
    : [`${small(full.runnerHour)} with ${full.runners} on ${full.type}`, `${small(alone.runnerHour)} alone on ${alone.type}`]),
];

/** Prices of an hour, of which a cent is much. */
const small = (amount: number): string => amount.toLocaleString("en-US", { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: 4 });
