import { Option } from "commander";

/** The words by which somebody says that another installation is meant to be made. */
export const newInstallationOption = (): Option =>
  new Option("--new-installation <name>", "make the installation of this name though others, or something of its name, stand already").env(
    "DAGGER_CI_NEW_INSTALLATION",
  );
