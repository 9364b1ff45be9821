package dev.sluice.provider.attempt;

/**
 * The states of an {@link Attempt}.
 *
 * <pre>
 * state                 event                                         next state
 * AWAITING_RESPONSE     head of a stream                              AWAITING_FIRST_EVENT
 * AWAITING_RESPONSE     any other head                                READING_BODY
 * READING_BODY          complete body, accepted or refused            ENDED
 * AWAITING_FIRST_EVENT  content of a stream that is held back         HOLDING
 * AWAITING_FIRST_EVENT  content of any other stream                   STREAMING
 * HOLDING               enough events, bytes or time                  STREAMING
 * STREAMING             terminal marker, received or added            ENDED
 * any but ENDED         failure, time limit, cancellation             ENDED
 * </pre>
 *
 * <p>A held stream that is complete is first committed: a success ends STREAMING or READING_BODY only.
 */
enum AttemptState {
    AWAITING_RESPONSE,
    READING_BODY,
    AWAITING_FIRST_EVENT,
    HOLDING,
    STREAMING,
    ENDED;

    boolean leadsTo(AttemptState next) {
        return switch (this) {
            case AWAITING_RESPONSE -> next == READING_BODY || next == AWAITING_FIRST_EVENT || next == ENDED;
            case AWAITING_FIRST_EVENT -> next == HOLDING || next == STREAMING || next == ENDED;
            case HOLDING -> next == STREAMING || next == ENDED;
            case READING_BODY, STREAMING -> next == ENDED;
            case ENDED -> false;
        };
    }
}
