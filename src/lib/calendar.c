// SPDX-License-Identifier: MIT
// calendar.c - moments as dates and clock times
//
// Days are counted by Hinnant's algorithms (2013), which have the year begin in March.
#include "lib/calendar.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *const calendar_months[12] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
const char *const calendar_weekdays[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                          "Thursday", "Friday", "Saturday"};

#define S_PER_DAY INT64_C(86400)

static int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

// --- Dates ---------------------------------------------------------------------------------------

// Days since 1970-01-01; month from 1 to 12.
static int64_t days_of(int64_t year, int month, int day) {
  year -= month <= 2;
  int64_t era = floor_div(year, 400);
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static void split_days(int64_t days, CalendarDate *date) {
  days += 719468;
  int64_t era = floor_div(days, 146097);
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * day_of_year + 2) / 153; // months since March
  date->day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
  date->month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
  date->year = year_of_era + era * 400 + (date->month <= 2);
}

CalendarDate calendar_split(int64_t ns, const Zone *zone) {
  int64_t s = floor_div(ns, CALENDAR_NS_PER_S);
  int64_t shown = s + zone_offset(zone, s, NULL);
  int64_t days = floor_div(shown, S_PER_DAY);
  int rest = (int)(shown - days * S_PER_DAY);
  CalendarDate date = {.hour = rest / 3600,
                       .minute = rest / 60 % 60,
                       .second = rest % 60,
                       .ns = (int)(ns - s * CALENDAR_NS_PER_S)};
  split_days(days, &date);
  date.weekday = (int)((days % 7 + 11) % 7); // 1970-01-01 was a Thursday
  date.year_day = (int)(days - days_of(date.year, 1, 1) + 1);
  return date;
}

bool calendar_join(const CalendarDate *date, const Zone *zone, int64_t *ns) {
  if (date->year < -1000000 || date->year > 1000000) return false;
  int64_t months = date->year * 12 + date->month - 1;
  int64_t year = floor_div(months, 12);
  int64_t days = days_of(year, (int)(months - year * 12) + 1, 1) + date->day - 1;
  int64_t shown = days * S_PER_DAY + (int64_t)date->hour * 3600 + (int64_t)date->minute * 60 +
                  date->second;
  int64_t s = zone_to_unix(zone, shown);
  return !__builtin_mul_overflow(s, CALENDAR_NS_PER_S, ns) &&
         !__builtin_add_overflow(*ns, (int64_t)date->ns, ns);
}

bool calendar_is_leap(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int calendar_days_in_month(int64_t year, int month) {
  static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && calendar_is_leap(year));
}

// The week belongs to the year in which its Thursday lies.
void calendar_iso_week(const CalendarDate *date, int64_t *year, int *week) {
  int monday_based = (date->weekday + 6) % 7;
  int thursday = date->year_day + 3 - monday_based; // as a day of date->year
  *year = date->year;
  if (thursday < 1) {
    *year -= 1;
    thursday += calendar_is_leap(*year) ? 366 : 365;
  } else if (thursday > (calendar_is_leap(date->year) ? 366 : 365)) {
    thursday -= calendar_is_leap(date->year) ? 366 : 365;
    *year += 1;
  }
  *week = (thursday - 1) / 7 + 1;
}

// --- Layouts -------------------------------------------------------------------------------------

typedef enum Piece {
  PIECE_TEXT, // one byte that stands for itself
  PIECE_YEAR, PIECE_YEAR_2, PIECE_MONTH_NAME, PIECE_MONTH_SHORT, PIECE_MONTH_2, PIECE_MONTH,
  PIECE_DAY_2, PIECE_DAY, PIECE_DAY_BLANK, PIECE_YEAR_DAY, PIECE_WEEKDAY, PIECE_WEEKDAY_SHORT,
  PIECE_HOUR_24, PIECE_HOUR_2, PIECE_HOUR, PIECE_MINUTE_2, PIECE_MINUTE, PIECE_SECOND_2,
  PIECE_SECOND, PIECE_PM, PIECE_PM_SMALL, PIECE_ZONE_NAME, PIECE_ZONE_Z, PIECE_ZONE_COLON,
  PIECE_ZONE_PLAIN, PIECE_ZONE_HOUR, PIECE_FRACTION, PIECE_FRACTION_SHORT,
} Piece;

// Longer pieces before their beginnings.
static const struct {
  const char *text;
  Piece piece;
} pieces[] = {
    {"2006", PIECE_YEAR},         {"January", PIECE_MONTH_NAME}, {"Jan", PIECE_MONTH_SHORT},
    {"Monday", PIECE_WEEKDAY},    {"Mon", PIECE_WEEKDAY_SHORT},  {"MST", PIECE_ZONE_NAME},
    {"002", PIECE_YEAR_DAY},      {"Z07:00", PIECE_ZONE_Z},      {"-07:00", PIECE_ZONE_COLON},
    {"-0700", PIECE_ZONE_PLAIN},  {"-07", PIECE_ZONE_HOUR},      {"01", PIECE_MONTH_2},
    {"02", PIECE_DAY_2},          {"03", PIECE_HOUR_2},          {"04", PIECE_MINUTE_2},
    {"05", PIECE_SECOND_2},       {"06", PIECE_YEAR_2},          {"15", PIECE_HOUR_24},
    {"_2", PIECE_DAY_BLANK},      {"PM", PIECE_PM},              {"pm", PIECE_PM_SMALL},
    {"1", PIECE_MONTH},           {"2", PIECE_DAY},              {"3", PIECE_HOUR},
    {"4", PIECE_MINUTE},          {"5", PIECE_SECOND},
};

// The piece that the layout begins with, and its length. A fraction is .000 or .999 and no digit
// behind it.
static Piece next_piece(const char *layout, size_t *len) {
  if ((layout[0] == '.' || layout[0] == ',') && (layout[1] == '0' || layout[1] == '9')) {
    size_t digits = strspn(layout + 1, layout[1] == '0' ? "0" : "9");
    *len = digits + 1;
    if (!isdigit((unsigned char)layout[*len]) && digits <= 9) {
      return layout[1] == '0' ? PIECE_FRACTION : PIECE_FRACTION_SHORT;
    }
  }
  for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
    *len = strlen(pieces[i].text);
    if (strncmp(layout, pieces[i].text, *len) == 0) return pieces[i].piece;
  }
  *len = 1;
  return PIECE_TEXT;
}

static void print_offset(Buffer *out, int32_t offset, Piece piece) {
  if (piece == PIECE_ZONE_Z && offset == 0) {
    buffer_byte(out, 'Z');
    return;
  }
  int32_t minutes = (offset < 0 ? -offset : offset) / 60;
  buffer_printf(out, "%c%02d", offset < 0 ? '-' : '+', minutes / 60);
  if (piece == PIECE_ZONE_HOUR) return;
  buffer_printf(out, piece == PIECE_ZONE_PLAIN ? "%02d" : ":%02d", minutes % 60);
}

static void print_fraction(Buffer *out, int ns, size_t digits, bool is_short) {
  char text[16];
  snprintf(text, sizeof(text), "%09d", ns);
  if (is_short) {
    while (digits > 0 && text[digits - 1] == '0') digits--;
    if (digits == 0) return;
  }
  buffer_byte(out, '.');
  buffer_append(out, text, digits);
}

static void print_piece(Buffer *out, Piece piece, const char *layout, size_t len,
                        const CalendarDate *d, int32_t offset, const char *abbreviation) {
  int hour_12 = d->hour % 12 == 0 ? 12 : d->hour % 12;
  switch (piece) {
  case PIECE_TEXT: buffer_append(out, layout, len); return;
  case PIECE_YEAR: buffer_printf(out, "%04lld", (long long)d->year); return;
  case PIECE_YEAR_2: buffer_printf(out, "%02lld", (long long)(d->year % 100)); return;
  case PIECE_MONTH_NAME: buffer_text(out, calendar_months[d->month - 1]); return;
  case PIECE_MONTH_SHORT: buffer_append(out, calendar_months[d->month - 1], 3); return;
  case PIECE_MONTH_2: buffer_printf(out, "%02d", d->month); return;
  case PIECE_MONTH: buffer_printf(out, "%d", d->month); return;
  case PIECE_DAY_2: buffer_printf(out, "%02d", d->day); return;
  case PIECE_DAY: buffer_printf(out, "%d", d->day); return;
  case PIECE_DAY_BLANK: buffer_printf(out, "%2d", d->day); return;
  case PIECE_YEAR_DAY: buffer_printf(out, "%03d", d->year_day); return;
  case PIECE_WEEKDAY: buffer_text(out, calendar_weekdays[d->weekday]); return;
  case PIECE_WEEKDAY_SHORT: buffer_append(out, calendar_weekdays[d->weekday], 3); return;
  case PIECE_HOUR_24: buffer_printf(out, "%02d", d->hour); return;
  case PIECE_HOUR_2: buffer_printf(out, "%02d", hour_12); return;
  case PIECE_HOUR: buffer_printf(out, "%d", hour_12); return;
  case PIECE_MINUTE_2: buffer_printf(out, "%02d", d->minute); return;
  case PIECE_MINUTE: buffer_printf(out, "%d", d->minute); return;
  case PIECE_SECOND_2: buffer_printf(out, "%02d", d->second); return;
  case PIECE_SECOND: buffer_printf(out, "%d", d->second); return;
  case PIECE_PM: buffer_text(out, d->hour < 12 ? "AM" : "PM"); return;
  case PIECE_PM_SMALL: buffer_text(out, d->hour < 12 ? "am" : "pm"); return;
  case PIECE_ZONE_NAME: buffer_text(out, abbreviation); return;
  case PIECE_FRACTION:
  case PIECE_FRACTION_SHORT:
    print_fraction(out, d->ns, len - 1, piece == PIECE_FRACTION_SHORT);
    return;
  default: print_offset(out, offset, piece); return;
  }
}

void calendar_format(Buffer *out, int64_t ns, const Zone *zone, const char *layout) {
  CalendarDate date = calendar_split(ns, zone);
  const char *abbreviation;
  int32_t offset = zone_offset(zone, floor_div(ns, CALENDAR_NS_PER_S), &abbreviation);
  size_t len;
  for (; *layout; layout += len) {
    Piece piece = next_piece(layout, &len);
    print_piece(out, piece, layout, len, &date, offset, abbreviation);
  }
}

// --- Reading by a layout -------------------------------------------------------------------------

typedef struct Reading {
  const char *at;
  CalendarDate date;
  bool is_pm, has_pm;
  bool has_offset;
  int32_t offset;
  int year_day; // 0: not given
} Reading;

static bool read_digits(Reading *r, int least, int most, int *out) {
  int count = 0;
  int value = 0;
  while (count < most && isdigit((unsigned char)r->at[count])) value = value * 10 + r->at[count++] - '0';
  if (count < least) return false;
  r->at += count;
  *out = value;
  return true;
}

static bool read_name(Reading *r, const char *const *names, int count, bool is_short, int *out) {
  for (int i = 0; i < count; i++) {
    size_t len = is_short ? 3 : strlen(names[i]);
    if (strncasecmp(r->at, names[i], len) != 0) continue;
    r->at += len;
    *out = i;
    return true;
  }
  return false;
}

static bool read_offset(Reading *r, Piece piece) {
  if (piece == PIECE_ZONE_Z && *r->at == 'Z') {
    r->at++;
    r->has_offset = true;
    r->offset = 0;
    return true;
  }
  int hours;
  int minutes = 0;
  if (*r->at != '+' && *r->at != '-') return false;
  bool is_west = *r->at++ == '-';
  if (!read_digits(r, 2, 2, &hours)) return false;
  bool has_colon = piece == PIECE_ZONE_Z || piece == PIECE_ZONE_COLON;
  if (has_colon && *r->at++ != ':') return false;
  if (piece != PIECE_ZONE_HOUR && !read_digits(r, 2, 2, &minutes)) return false;
  r->has_offset = true;
  r->offset = (hours * 3600 + minutes * 60) * (is_west ? -1 : 1);
  return hours < 24 && minutes < 60;
}

static bool read_fraction(Reading *r) {
  if (*r->at != '.' && *r->at != ',') return true; // it may be left out
  int scale = 100000000;
  int ns = 0;
  r->at++;
  if (!isdigit((unsigned char)*r->at)) return false;
  for (; isdigit((unsigned char)*r->at); r->at++, scale /= 10) ns += (*r->at - '0') * scale;
  r->date.ns = ns;
  return true;
}

static bool read_year(Reading *r, int digits) {
  int year;
  if (!read_digits(r, digits, digits, &year)) return false;
  if (digits == 2) year += year >= 69 ? 1900 : 2000;
  r->date.year = year;
  return true;
}

static bool read_zone_name(Reading *r) {
  size_t len = strspn(r->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (len < 3 || len > 5) return false;
  bool is_utc = (len == 3 && strncmp(r->at, "UTC", 3) == 0) || strncmp(r->at, "GMT", len) == 0;
  r->has_offset = r->has_offset || is_utc; // other abbreviations say nothing for sure
  r->at += len;
  return true;
}

static bool read_half(Reading *r) {
  r->has_pm = strncasecmp(r->at, "AM", 2) == 0 || strncasecmp(r->at, "PM", 2) == 0;
  r->is_pm = r->has_pm && (r->at[0] == 'P' || r->at[0] == 'p');
  r->at += r->has_pm ? 2 : 0;
  return r->has_pm;
}

static bool read_piece(Reading *r, Piece piece, const char *layout) {
  CalendarDate *d = &r->date;
  int ignored;
  switch (piece) {
  case PIECE_TEXT: return *layout == *r->at ? (r->at++, true) : false;
  case PIECE_YEAR: return read_year(r, 4);
  case PIECE_YEAR_2: return read_year(r, 2);
  case PIECE_MONTH_NAME:
  case PIECE_MONTH_SHORT:
    if (!read_name(r, calendar_months, 12, piece == PIECE_MONTH_SHORT, &d->month)) return false;
    d->month++;
    return true;
  case PIECE_MONTH_2: return read_digits(r, 2, 2, &d->month);
  case PIECE_MONTH: return read_digits(r, 1, 2, &d->month);
  case PIECE_DAY_2: return read_digits(r, 2, 2, &d->day);
  case PIECE_DAY_BLANK:
    r->at += *r->at == ' ';
    return read_digits(r, 1, 2, &d->day);
  case PIECE_DAY: return read_digits(r, 1, 2, &d->day);
  case PIECE_YEAR_DAY: return read_digits(r, 3, 3, &r->year_day);
  case PIECE_WEEKDAY: return read_name(r, calendar_weekdays, 7, false, &ignored);
  case PIECE_WEEKDAY_SHORT: return read_name(r, calendar_weekdays, 7, true, &ignored);
  case PIECE_HOUR_24:
  case PIECE_HOUR_2: return read_digits(r, 2, 2, &d->hour);
  case PIECE_HOUR: return read_digits(r, 1, 2, &d->hour);
  case PIECE_MINUTE_2: return read_digits(r, 2, 2, &d->minute);
  case PIECE_MINUTE: return read_digits(r, 1, 2, &d->minute);
  case PIECE_SECOND_2: return read_digits(r, 2, 2, &d->second) && read_fraction(r);
  case PIECE_SECOND: return read_digits(r, 1, 2, &d->second) && read_fraction(r);
  case PIECE_PM:
  case PIECE_PM_SMALL: return read_half(r);
  case PIECE_ZONE_NAME: return read_zone_name(r);
  case PIECE_FRACTION:
  case PIECE_FRACTION_SHORT: return read_fraction(r);
  default: return read_offset(r, piece);
  }
}

static bool is_date(Reading *r) {
  CalendarDate *d = &r->date;
  if (r->has_pm) {
    if (d->hour < 1 || d->hour > 12) return false;
    d->hour = d->hour % 12 + (r->is_pm ? 12 : 0);
  }
  if (r->year_day > 0) { // carried over by calendar_join
    d->month = 1;
    d->day = r->year_day;
    return r->year_day <= 365 + calendar_is_leap(d->year);
  }
  return d->month >= 1 && d->month <= 12 && d->day >= 1 &&
         d->day <= calendar_days_in_month(d->year, d->month) && d->hour < 24 && d->minute < 60 &&
         d->second < 60;
}

bool calendar_parse(const char *text, const char *layout, const Zone *zone, int64_t *ns,
                    size_t *at) {
  Reading r = {.at = text, .date = {.year = 1970, .month = 1, .day = 1}};
  size_t len;
  bool ok = true;
  for (; ok && *layout; layout += len) {
    Piece piece = next_piece(layout, &len);
    ok = read_piece(&r, piece, layout);
  }
  *at = (size_t)(r.at - text);
  if (!ok || *r.at || !is_date(&r)) return false;
  if (!calendar_join(&r.date, r.has_offset ? NULL : zone, ns)) return false;
  return !__builtin_sub_overflow(*ns, r.offset * CALENDAR_NS_PER_S, ns);
}

// --- Durations -----------------------------------------------------------------------------------

static const struct {
  const char *name;
  double ns;
} units[] = {{"ns", 1},      {"us", 1e3}, {"\xC2\xB5s", 1e3}, {"ms", 1e6},
             {"s", 1e9},     {"m", 6e10}, {"h", 3.6e12}};

static double read_unit(const char **at) {
  for (size_t i = 0; i < ARRAY_LEN(units); i++) {
    size_t len = strlen(units[i].name);
    bool is_longer = strcmp(units[i].name, "m") == 0 && (*at)[1] == 's';
    if (strncmp(*at, units[i].name, len) != 0 || is_longer) continue;
    *at += len;
    return units[i].ns;
  }
  return 0;
}

bool calendar_parse_duration(const char *text, int64_t *ns) {
  double sign = *text == '-' ? -1 : 1;
  double total = 0;
  if (*text == '-' || *text == '+') text++;
  if (strcmp(text, "0") == 0) {
    *ns = 0;
    return true;
  }
  if (!*text) return false;
  while (*text) {
    double amount = 0;
    double scale = 1;
    bool has_digit = false;
    for (; isdigit((unsigned char)*text); text++, has_digit = true) amount = amount * 10 + *text - '0';
    if (*text == '.') {
      for (text++; isdigit((unsigned char)*text); text++, has_digit = true) {
        scale /= 10;
        amount += (*text - '0') * scale;
      }
    }
    double unit = has_digit ? read_unit(&text) : 0;
    if (unit == 0) return false;
    total += amount * unit;
  }
  if (!(total < 9.2e18)) return false;
  *ns = (int64_t)(sign * round(total));
  return true;
}

// An amount with up to nine decimals and no zeros at its end.
static void print_decimal(Buffer *out, uint64_t whole, uint64_t part, int digits) {
  char text[16];
  buffer_printf(out, "%llu", (unsigned long long)whole);
  if (part == 0) return;
  snprintf(text, sizeof(text), "%0*llu", digits, (unsigned long long)part);
  while (digits > 0 && text[digits - 1] == '0') digits--;
  buffer_byte(out, '.');
  buffer_append(out, text, (size_t)digits);
}

void calendar_print_duration(Buffer *out, int64_t ns) {
  uint64_t rest = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
  if (ns < 0) buffer_byte(out, '-');
  if (rest == 0) {
    buffer_text(out, "0s");
  } else if (rest < 1000) {
    buffer_printf(out, "%lluns", (unsigned long long)rest);
  } else if (rest < 1000000) {
    print_decimal(out, rest / 1000, rest % 1000, 3);
    buffer_text(out, "\xC2\xB5s");
  } else if (rest < 1000000000) {
    print_decimal(out, rest / 1000000, rest % 1000000, 6);
    buffer_text(out, "ms");
  } else {
    uint64_t s = rest / 1000000000;
    if (s >= 3600) buffer_printf(out, "%lluh", (unsigned long long)(s / 3600));
    if (s >= 60) buffer_printf(out, "%llum", (unsigned long long)(s / 60 % 60));
    print_decimal(out, s % 60, rest % 1000000000, 9);
    buffer_byte(out, 's');
  }
}
