package dev.sluice.provider.attempt;

import static dev.sluice.provider.attempt.AttemptState.AWAITING_FIRST_EVENT;
import static dev.sluice.provider.attempt.AttemptState.AWAITING_RESPONSE;
import static dev.sluice.provider.attempt.AttemptState.ENDED;
import static dev.sluice.provider.attempt.AttemptState.HOLDING;
import static dev.sluice.provider.attempt.AttemptState.READING_BODY;
import static dev.sluice.provider.attempt.AttemptState.STREAMING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The transitions are those of the table in the Javadoc, and no others. */
class AttemptStateTest {

    private static final Map<AttemptState, Set<AttemptState>> TABLE = Map.of(
            AWAITING_RESPONSE, EnumSet.of(AWAITING_FIRST_EVENT, READING_BODY, ENDED),
            READING_BODY, EnumSet.of(ENDED),
            AWAITING_FIRST_EVENT, EnumSet.of(HOLDING, STREAMING, ENDED),
            HOLDING, EnumSet.of(STREAMING, ENDED),
            STREAMING, EnumSet.of(ENDED),
            ENDED, EnumSet.noneOf(AttemptState.class));

    @Test
    void onlyTransitionsOfTheTableAreAllowed() {
        for (AttemptState from : AttemptState.values()) {
            for (AttemptState to : AttemptState.values()) {
                assertThat(from.leadsTo(to))
                        .as(from + " -> " + to)
                        .isEqualTo(TABLE.get(from).contains(to));
            }
        }
    }
}
