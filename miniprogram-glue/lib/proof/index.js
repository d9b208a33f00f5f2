import { loadCore } from "../core/index.js";
import { definition } from "./definition.js";

Component(definition(loadCore));
