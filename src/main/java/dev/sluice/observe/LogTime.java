package dev.sluice.observe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The timestamp format of log lines: UTC, to the millisecond. {@link Instant#toString()} omits the milliseconds when
 * they are zero, but log readers expect one width. The last second is cached, since most lines share it.
 *
 * @param text of the second, up to the point before the milliseconds
 */
record LogTime(long epochSecond, String text) {

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

    private static final int MILLIS = 1000;

    /** Threads may overwrite each other's value; each value is complete. */
    private static LogTime last = new LogTime(0, SECOND.format(Instant.EPOCH));

    static String of(long epochMillis) {
        long second = Math.floorDiv(epochMillis, MILLIS);
        LogTime time = last;
        if (time.epochSecond != second) {
            time = new LogTime(second, SECOND.format(Instant.ofEpochSecond(second)));
            last = time;
        }
        int millis = Math.floorMod(epochMillis, MILLIS);
        return time.text
                + (char) ('0' + millis / 100)
                + (char) ('0' + millis / 10 % 10)
                + (char) ('0' + millis % 10)
                + 'Z';
    }
}
