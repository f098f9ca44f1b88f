// The default theme without its fonts: the reader's own are as good, and nothing more has to be loaded.
import DefaultTheme from "vitepress/theme-without-fonts";
import "./style.css";

export default DefaultTheme;
