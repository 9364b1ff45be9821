package dev.sluice.route;

import dev.sluice.model.Needs;
import java.util.random.RandomGenerator;

/** What an order may look at, beside the candidates. */
record Situation(Needs needs, RandomGenerator random) {}
