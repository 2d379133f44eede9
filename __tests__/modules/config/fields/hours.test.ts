import { mostWanted, readHours, wantedAt, weeklyHours, type Hours } from "../../../../modules/config/fields/hours";

const ALLOWED = "days, hours and a time zone, such as mon-fri 07:00-19:00 Europe/Dublin";
const DAYS = `${ALLOWED}; days are daily, or some of mon, tue, wed, thu, fri, sat and sun: mon-fri, or mon,wed,sat`;
const HOURS = `${ALLOWED}; hours are from 00:00 to 24:00, of two digits each, and may end on the next day, such as 22:00-06:00`;
const ZONE = `${ALLOWED}; a zone is a name of the IANA time zone database, such as Europe/Berlin or UTC`;

/** How many runners a window of four keeps at moments of UTC. */
const at = (during: string, ...moments: string[]) => moments.map((moment) => wantedAt([{ during, runners: 4 }], new Date(moment)));

test.each<[string, Hours]>([
  ["mon-fri 07:00-19:00 Europe/Dublin", { days: [1, 2, 3, 4, 5], from: 420, to: 1140, zone: "Europe/Dublin" }],
  ["mon,wed,sat 00:00-24:00 UTC", { days: [1, 3, 6], from: 0, to: 1440, zone: "UTC" }],
  ["daily 22:00-06:00 Asia/Kolkata", { days: [0, 1, 2, 3, 4, 5, 6], from: 1320, to: 360, zone: "Asia/Kolkata" }],
  ["sat-mon,wed 09:30-09:31 America/Argentina/Buenos_Aires", { days: [0, 1, 3, 6], from: 570, to: 571, zone: "America/Argentina/Buenos_Aires" }],
  ["sun-thu 22:00-00:00 Etc/GMT+5", { days: [0, 1, 2, 3, 4], from: 1320, to: 0, zone: "Etc/GMT+5" }],
])("%s", (text, hours) => {
  expect(readHours(text)).toEqual(hours);
});

test.each([
  ["", ALLOWED],
  ["mon-fri 07:00-19:00", ALLOWED],
  ["mon-fri 07:00 - 19:00 UTC", ALLOWED],
  ["mon-fri  07:00-19:00 UTC", ALLOWED],
  ["monday 07:00-19:00 UTC", DAYS],
  ["Mon-Fri 07:00-19:00 UTC", DAYS],
  ["mon-tue-wed 07:00-19:00 UTC", DAYS],
  ["mon, 07:00-19:00 UTC", DAYS],
  ["weekdays 07:00-19:00 UTC", DAYS],
  ["mon 7:00-19:00 UTC", HOURS],
  ["mon 07:00-24:01 UTC", HOURS],
  ["mon 07:60-19:00 UTC", HOURS],
  ["mon 24:00-07:00 UTC", HOURS],
  ["mon 07:00-07:00 UTC", HOURS],
  ["mon 07:00-19:00-20:00 UTC", HOURS],
  ["mon 07:00 UTC", HOURS],
  ["mon 07:00-19:00 Europe/Dubln", ZONE],
  ["mon 07:00-19:00 +01:00", ZONE],
  ["mon 07:00-19:00 7", ZONE],
])("%s is refused", (text, wrong) => {
  expect(readHours(text)).toEqual({ wrong });
});

test("hours begin with their first minute and end before their last", () => {
  // In winter Dublin has the time of UTC.
  expect(at("mon-fri 07:00-19:00 Europe/Dublin", "2026-11-26T06:59:59Z", "2026-11-26T07:00:00Z", "2026-11-26T18:59:59Z", "2026-11-26T19:00:00Z")).toEqual([0, 4, 4, 0]);
  // Thursday to Sunday.
  expect(at("mon-fri 07:00-19:00 Europe/Dublin", "2026-11-26T12:00Z", "2026-11-27T12:00Z", "2026-11-28T12:00Z", "2026-11-29T12:00Z")).toEqual([4, 4, 0, 0]);
});

test("the day is that of the place", () => {
  // Sunday evening in New York is Monday in UTC.
  expect(at("sun 20:00-24:00 America/New_York", "2026-11-23T00:59Z", "2026-11-23T01:00Z", "2026-11-23T04:59Z", "2026-11-23T05:00Z")).toEqual([0, 4, 4, 0]);
  // India is half an hour off.
  expect(at("mon 09:00-10:00 Asia/Kolkata", "2026-11-23T03:29Z", "2026-11-23T03:30Z", "2026-11-23T04:29Z", "2026-11-23T04:30Z")).toEqual([0, 4, 4, 0]);
});

test("hours across midnight belong to the day on which they begin", () => {
  const night = "fri 22:00-06:00 UTC";
  expect(at(night, "2026-11-27T05:00Z", "2026-11-27T21:59Z", "2026-11-27T22:00Z", "2026-11-28T05:59Z", "2026-11-28T06:00Z", "2026-11-28T22:30Z")).toEqual([0, 0, 4, 4, 0, 0]);
  // From Saturday to Sunday, round the end of the week.
  expect(at("sat 23:00-01:00 UTC", "2026-11-28T23:30Z", "2026-11-29T00:30Z", "2026-11-29T01:00Z", "2026-11-28T00:30Z")).toEqual([4, 4, 0, 0]);
});

test("clocks that go forward and back: hours follow the wall clock", () => {
  // On 29 March 2026 clocks in Dublin went from 01:00 to 02:00, at 01:00 UTC.
  expect(at("daily 07:00-19:00 Europe/Dublin", "2026-03-28T07:00Z", "2026-03-29T05:59Z", "2026-03-29T06:00Z", "2026-03-29T17:59Z", "2026-03-29T18:00Z")).toEqual([4, 0, 4, 4, 0]);
  // A beginning that the clock leaves out is at the next minute that there is.
  expect(at("daily 01:30-04:00 Europe/Dublin", "2026-03-29T00:59Z", "2026-03-29T01:00Z", "2026-03-29T02:59Z", "2026-03-29T03:00Z")).toEqual([0, 4, 4, 0]);
  // So is an end.
  expect(at("daily 00:00-01:30 Europe/Dublin", "2026-03-29T00:59Z", "2026-03-29T01:00Z")).toEqual([4, 0]);
  // On 25 October 2026 they showed 01:30 twice, at 00:30 and 01:30 UTC.
  expect(at("daily 01:15-01:45 Europe/Dublin", "2026-10-25T00:30Z", "2026-10-25T00:50Z", "2026-10-25T01:30Z", "2026-10-25T01:50Z")).toEqual([4, 0, 4, 0]);
  expect(at("daily 07:00-19:00 Europe/Dublin", "2026-10-25T06:00Z", "2026-10-25T07:00Z")).toEqual([0, 4]);
  // In New York they change on other days, in Sydney the other way.
  expect(at("daily 07:00-19:00 America/New_York", "2026-03-07T11:59Z", "2026-03-08T11:00Z", "2026-11-01T11:59Z", "2026-11-01T12:00Z")).toEqual([0, 4, 0, 4]);
  expect(at("daily 07:00-08:00 Australia/Sydney", "2026-10-03T21:00Z", "2026-10-02T20:30Z", "2026-10-03T20:30Z")).toEqual([0, 0, 4]);
});

test("of hours that overlap the largest number holds", () => {
  const windows = [
    { during: "mon-fri 07:00-19:00 UTC", runners: 4 },
    { during: "mon-fri 09:00-11:00 UTC", runners: 8 },
    { during: "daily 10:00-12:00 UTC", runners: 2 },
  ];
  expect(["08:00", "09:00", "10:30", "11:00", "20:00"].map((time) => wantedAt(windows, new Date(`2026-11-26T${time}Z`)))).toEqual([4, 8, 8, 4, 0]);
  expect(wantedAt(windows, new Date("2026-11-28T10:00Z"))).toBe(2);
  expect(wantedAt([], new Date())).toBe(0);
  expect([mostWanted(windows), mostWanted([])]).toEqual([8, 0]);
});

test("hours of a week, by number", () => {
  const hours = (...windows: [string, number][]) => weeklyHours(windows.map(([during, runners]) => ({ during, runners })));
  expect(hours(["mon-fri 07:00-19:00 Europe/Dublin", 4])).toEqual([{ runners: 4, hours: 60 }]);
  expect(hours(["mon-fri 07:00-19:00 UTC", 4], ["wed 08:00-08:30 UTC", 9], ["daily 00:00-24:00 UTC", 1])).toEqual([
    { runners: 9, hours: 0.5 },
    { runners: 4, hours: 59.5 },
    { runners: 1, hours: 108 },
  ]);
  // Saturday night, round the end of the week.
  expect(hours(["sat 20:00-04:00 UTC", 2])).toEqual([{ runners: 2, hours: 8 }]);
  // 09:00 to 17:00 in New York is 14:00 to 22:00 in Dublin: three hours are in both.
  expect(hours(["mon 09:00-17:00 Europe/Dublin", 3], ["mon 09:00-17:00 America/New_York", 3])).toEqual([{ runners: 3, hours: 13 }]);
  expect(hours()).toEqual([]);
});
