package dev.sluice.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** Progress lines on the terminal, with the seconds since the start. */
public final class Progress {

    private final PrintWriter out;
    private final long start = System.nanoTime();

    public Progress(PrintWriter out) {
        this.out = out;
    }

    public void say(String format, Object... arguments) {
        out.printf(Locale.ROOT, "%5.0f s  ", (System.nanoTime() - start) / 1e9);
        out.printf(Locale.ROOT, format + "%n", arguments);
        out.flush();
    }
}
