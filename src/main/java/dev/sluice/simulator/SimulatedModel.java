package dev.sluice.simulator;

/** The models of the simulator. */
enum SimulatedModel {
    /** Repeats the text of the last user message. */
    ECHO,
    /** Responds with the configured number of words. */
    LOREM,
    /** Like lorem, but rendered once, as the fastest possible upstream of a benchmark. */
    FAST;

    String id() {
        return switch (this) {
            case ECHO -> "echo";
            case LOREM -> "lorem";
            case FAST -> "fast";
        };
    }

    /** The model of that id, or null. */
    static SimulatedModel of(String id) {
        for (SimulatedModel model : values()) {
            if (model.id().equals(id)) {
                return model;
            }
        }
        return null;
    }
}
