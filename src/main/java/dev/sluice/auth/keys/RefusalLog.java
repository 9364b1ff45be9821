package dev.sluice.auth.keys;

import dev.sluice.model.LogRate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of refused keys and tokens, with the reasons, which clients do not receive. At most one line per second, with
 * the number of suppressed ones, so that guessing keys cannot fill a disk. No line contains more of a key than the id
 * of an existing one.
 */
public final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    private final LogRate rate = new LogRate();

    /** @param subject what was refused: {@code key ci}, {@code a token} */
    public void log(String subject, String why) {
        long others = rate.admit();
        if (others == LogRate.SUPPRESSED) {
            return;
        }
        LOG.info(
                "Refused {}: {}{}",
                subject,
                why,
                others == 0 ? "" : " (" + others + " more refused since the last line)");
    }
}
